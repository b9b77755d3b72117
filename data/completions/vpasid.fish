# SPDX-License-Identifier: GPL-2.0-or-later
#
# Completion of vpasid(1) for fish.

function __vpasid_first --description 'whether the command is still missing'
    test (count (commandline -opc)) -eq 1
end

function __vpasid_is --description 'whether it is one of these commands'
    set -l words (commandline -opc)
    set -q words[2]; and contains -- $words[2] $argv
end

# The functions of this host, or of the dump, recording or copy of sysfs on the command line: what
# the command itself lists for this user.
function __vpasid_functions
    set -l words (commandline -opc)
    set -l source
    for i in (seq (count $words))
        switch $words[$i]
            case --file --record --sysfs
                set source $words[$i] $words[(math $i + 1)]
            case '--file=*' '--record=*' '--sysfs=*'
                set source $words[$i]
        end
    end
    vpasid list --all -p $source 2>/dev/null | cut -f 1,10
end

complete -c vpasid -f

complete -c vpasid -n __vpasid_first -a list -d 'list the functions of this host that have the PASID capability'
complete -c vpasid -n __vpasid_first -a show -d 'show everything that is known about functions'
complete -c vpasid -n __vpasid_first -a query -d 'query the PASID support of functions through VFIO'
complete -c vpasid -n __vpasid_first -a try -d 'attach an address space to a PASID, and detach it'
complete -c vpasid -n __vpasid_first -a bind -d 'bind functions to a VFIO driver that reports PASID'
complete -c vpasid -n __vpasid_first -a unbind -d 'return them to the driver that they had before'
complete -c vpasid -n __vpasid_first -a bindings -d 'list the functions that are bound, now or at each boot'
complete -c vpasid -n __vpasid_first -a explain -d 'explain what is missing if a function has no PASID'
complete -c vpasid -n __vpasid_first -a check -d 'check whether this host is set up for PASID, and say what to do'
complete -c vpasid -n __vpasid_first -a map -d "draw a function's config space, with a free place for PASID"
complete -c vpasid -n __vpasid_first -a place -d "find an offset for a guest's virtual PASID capability"
complete -c vpasid -n __vpasid_first -a vm -d "print the options that a virtual machine needs for PASID"
complete -c vpasid -n __vpasid_first -a export -d "export PASID support to Prometheus or Kubernetes"
complete -c vpasid -n __vpasid_first -a record -d "record everything that the other commands read of this host"
complete -c vpasid -n __vpasid_first -a report -d 'write an HTML page about this host, or about recordings'
complete -c vpasid -n __vpasid_first -a help -d 'print how to use a command'
complete -c vpasid -n __vpasid_first -a version -d 'print the version'
complete -c vpasid -s h -l help -d 'print how to use it'
complete -c vpasid -s V -l version -d 'print the version'

# Options of several commands
set -l functions show query try bind unbind explain map place vm
set -l live list show explain check map place vm export report
set -l reports list $functions bindings check record

complete -c vpasid -n "__vpasid_is $functions" -a '(__vpasid_functions)'
complete -c vpasid -n "__vpasid_is list export $functions" -s s -xa '(__vpasid_functions)' -d 'select by address, like lspci -s'
complete -c vpasid -n "__vpasid_is list export $functions" -s d -x -d 'select by ID, like lspci -d'
complete -c vpasid -n "__vpasid_is $reports" -l json -d 'print JSON'
complete -c vpasid -n "__vpasid_is $reports" -s D -d 'print the domain of all functions'
complete -c vpasid -n "__vpasid_is $reports" -l color -xa 'auto always never' -d 'when to use colours'
complete -c vpasid -n '__vpasid_is list show explain map place' -l file -rF -d 'read a dump of lspci -xxxx'
complete -c vpasid -n "__vpasid_is $live" -l record -rF -d 'read a recording'
complete -c vpasid -n "__vpasid_is $live" -l sysfs -xa '(__fish_complete_directories)' -d 'read a copy of sysfs'
complete -c vpasid -n "__vpasid_is $live record" -l wake -d 'also read sleeping functions, which wakes them'

complete -c vpasid -n '__vpasid_is help' -a 'list show query try bind unbind bindings explain check map place vm export record report help version'

complete -c vpasid -n '__vpasid_is list' -s a -l all -d 'also list functions without PASID'
complete -c vpasid -n '__vpasid_is list' -s p -d 'print columns for scripts'

complete -c vpasid -n '__vpasid_is query try place' -l vf-token -x -d 'the VF token'

complete -c vpasid -n '__vpasid_is try' -l pasid -x -d 'the PASID'

complete -c vpasid -n '__vpasid_is bind' -l driver -xa 'pasid_vfio_pci vfio-pci' -d 'the VFIO driver'
complete -c vpasid -n '__vpasid_is bind' -l persist -d 'make the binding persistent'
complete -c vpasid -n '__vpasid_is bind' -l kept -d 'bind functions with a persistent binding'
complete -c vpasid -n '__vpasid_is bind unbind' -l force -d 'even if it is in use'
complete -c vpasid -n '__vpasid_is bind unbind' -l dry-run -d 'say whether it could be done'

complete -c vpasid -n '__vpasid_is map place' -l cap -x -a 'pasid pasid,pri,ats' -d 'the capabilities that the guest gets'
complete -c vpasid -n '__vpasid_is map place' -l offset -x -d 'check this offset'
complete -c vpasid -n '__vpasid_is map place' -l emulated -d 'the VMM emulates the whole PASID capability'
complete -c vpasid -n '__vpasid_is map place' -l pf -d 'the functions of a dump are PFs'
complete -c vpasid -n '__vpasid_is map place' -l vf -d 'the functions of a dump are VFs'
complete -c vpasid -n '__vpasid_is map place vm report' -l quirks -xa '(__fish_complete_directories)' -d 'read quirks from this directory'
complete -c vpasid -n '__vpasid_is explain map' -l svg -rF -d 'draw as SVG'
complete -c vpasid -n '__vpasid_is place' -l format -xa 'text json qemu cloud-hypervisor' -d 'the format'
complete -c vpasid -n '__vpasid_is place' -l emit -d 'print the config space that the guest sees'
complete -c vpasid -n '__vpasid_is place' -l as -xa 'libvpasid qemu' -d 'the program that inserts PASID'
complete -c vpasid -n '__vpasid_is place' -l open -d 'read what VFIO shows, which resets the function'
complete -c vpasid -n '__vpasid_is place' -l width -x -d 'Max PASID Width'

complete -c vpasid -n '__vpasid_is explain check export report' -l for -xa 'vmm sva guest-sva pasid' -d 'the purpose'

complete -c vpasid -n '__vpasid_is vm' -l for -xa 'qemu libvirt cloud-hypervisor' -d 'the VMM'

complete -c vpasid -n '__vpasid_is export' -l format -xa 'prometheus nfd' -d 'the format'
complete -c vpasid -n '__vpasid_is export' -l output -rF -d 'write to this file'
complete -c vpasid -n '__vpasid_is export' -l expire -x -d 'how long the labels are valid, in seconds'

complete -c vpasid -n '__vpasid_is record' -s o -rF -d 'write to this file'
complete -c vpasid -n '__vpasid_is record' -l list -rF -d 'print what is in a recording'

complete -c vpasid -n '__vpasid_is report' -l html -rF -d 'write to this file'
