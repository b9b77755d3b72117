# SPDX-License-Identifier: GPL-2.0-or-later
#
# Completion of vpasid-device(1) for fish.

complete -c vpasid-device -f

complete -c vpasid-device -l socket -rF -d 'create this socket'
complete -c vpasid-device -l fd -x -d 'serve on the socket that was passed as this descriptor'
complete -c vpasid-device -l user -xa '(__fish_complete_users)' -d 'serve as this user'
complete -c vpasid-device -l group -xa '(__fish_complete_groups)' -d 'let this group connect, too'
complete -c vpasid-device -l profile -rF -a 'dsa vf' -d 'serve the function of this profile'
complete -c vpasid-device -l dump -rF -d 'serve a function from the output of lspci -xxxx'
complete -c vpasid-device -l function -x -d 'the function of a dump to serve'
complete -c vpasid-device -l ids -x -d 'vendor and device ID'
complete -c vpasid-device -l pasid -x -d 'the PASID that the host reports'
complete -c vpasid-device -l pri -x -d "give the function PRI"
complete -c vpasid-device -l bar -x -d 'the size of a BAR'
complete -c vpasid-device -l vpasid -xa 'auto none' -d "the offset of the guest's PASID capability"
complete -c vpasid-device -l width -x -d 'Max PASID Width for the guest'
complete -c vpasid-device -l quirks -xa '(__fish_complete_directories)' -d 'read quirks from this directory'
complete -c vpasid-device -l log -rF -d 'append the log to this file'
complete -c vpasid-device -s h -l help -d 'print how to use it'
complete -c vpasid-device -s V -l version -d 'print the version'
