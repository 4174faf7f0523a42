#compdef sftpgo-shell
# zsh completion for sftpgo-shell

_sftpgo_shell() {
    local line
    local -a typed found goes_on
    typed=("${(@Q)words[2,CURRENT]}")
    while IFS= read -r line; do
        local value=${line%%$'\t'*} about=
        [[ $line == *$'\t'* ]] && about=${line#*$'\t'}
        value=${value//\\/\\\\}
        value=${value//:/\\:}
        if [[ $value == *[=/.] ]]; then
            goes_on+=("$value${about:+:$about}")
        else
            found+=("$value${about:+:$about}")
        fi
    done < <("${words[1]}" generate candidates -- "${typed[@]}" 2>/dev/null)
    (( $#found )) && _describe -V sftpgo-shell found
    (( $#goes_on )) && _describe -V sftpgo-shell goes_on -S ''
}

if [[ $funcstack[1] == _sftpgo_shell || $funcstack[1] == _sftpgo-shell ]]; then
    _sftpgo_shell "$@"
else
    compdef _sftpgo_shell sftpgo-shell
fi
