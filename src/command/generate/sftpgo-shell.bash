# bash completion for sftpgo-shell

_sftpgo_shell() {
    local line word=${COMP_WORDS[COMP_CWORD]} typed=${COMP_LINE:0:COMP_POINT}
    COMPREPLY=()
    while IFS= read -r line; do
        COMPREPLY+=("${line%%$'\t'*}")
    done < <("${COMP_WORDS[0]}" generate candidates "$typed" 2>/dev/null)
    # bash replaces only what follows the last `=` or `:`, and an `@` with what follows.
    case $word in
        = | : | @) word= ;;
    esac
    typed=${typed##*[[:space:]]}
    typed=${typed%"$word"}
    COMPREPLY=("${COMPREPLY[@]#"${typed%@}"}")
    if ((${#COMPREPLY[@]} == 1)); then
        case ${COMPREPLY[0]} in
            *= | */ | *.) compopt -o nospace ;;
            *[^[:alnum:]_./:=,@+%-]*) COMPREPLY=("$(printf '%q' "${COMPREPLY[0]}")") ;;
        esac
    fi
}
complete -F _sftpgo_shell sftpgo-shell
