# SPDX-License-Identifier: GPL-2.0-or-later
#
# Completion of vpasid-device(1) for fish.

complete -c vpasid-device -f

complete -c vpasid-device -l socket -rF -d 'make this socket'
complete -c vpasid-device -l fd -x -d 'take the socket that it was started with'
complete -c vpasid-device -l user -xa '(__fish_complete_users)' -d 'serve as this user'
complete -c vpasid-device -l group -xa '(__fish_complete_groups)' -d 'let this group connect, too'
complete -c vpasid-device -l profile -rF -a 'dsa vf' -d 'serve this function'
complete -c vpasid-device -l dump -rF -d 'serve one that lspci -xxxx has printed'
complete -c vpasid-device -l function -x -d 'of a dump: this one'
complete -c vpasid-device -l ids -x -d 'vendor and device ID'
complete -c vpasid-device -l pasid -x -d 'the PASID that the host has'
complete -c vpasid-device -l pri -x -d "the PRI of a VF's PF"
complete -c vpasid-device -l bar -x -d 'the size of a BAR'
complete -c vpasid-device -l vpasid -xa 'auto none' -d 'where the guest has its PASID capability'
complete -c vpasid-device -l width -x -d 'Max PASID Width for the guest'
complete -c vpasid-device -l quirks -xa '(__fish_complete_directories)' -d 'read quirks from there'
complete -c vpasid-device -l log -rF -d 'add the log to this file'
complete -c vpasid-device -s h -l help -d 'print how to use it'
complete -c vpasid-device -s V -l version -d 'print the version'
