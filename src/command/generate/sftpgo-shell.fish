# fish completion for sftpgo-shell

function __sftpgo_shell_candidates
    set -l words (commandline -opc)
    set -l typed (commandline -ct)
    $words[1] generate candidates -- $words[2..] "$typed" 2>/dev/null
end

complete -c sftpgo-shell -f -a '(__sftpgo_shell_candidates)'
