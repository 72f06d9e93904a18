# bash completion for abusedesk.  Printed from the code: pytest tests/deploy/test_manual.py --bless
_abusedesk() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]} command=${COMP_WORDS[1]} words=
    COMPREPLY=()
    if [ "$COMP_CWORD" -eq 1 ]; then
        COMPREPLY=($(compgen -W "serve submit explain rejected held cases replay config db users keys feed networks notices letters health retain holds archive verify demo --help" -- "$current"))
        return
    fi
    local with_action=" rejected held cases users keys networks notices letters holds "
    if [ "$COMP_CWORD" -gt 2 ] && [[ "$with_action" == *" $command "* ]]; then
        command="$command ${COMP_WORDS[2]}"
    fi
    case "$command $previous" in
        "submit --door") COMPREPLY=($(compgen -W "file smtp" -- "$current")); return ;;
        "submit --on-reject") COMPREPLY=($(compgen -W "record bounce" -- "$current")); return ;;
        "explain --door") COMPREPLY=($(compgen -W "file smtp" -- "$current")); return ;;
        "rejected export --format") COMPREPLY=($(compgen -W "csv xlsx json" -- "$current")); return ;;
        "held export --format") COMPREPLY=($(compgen -W "csv xlsx json" -- "$current")); return ;;
        "replay --verdict") COMPREPLY=($(compgen -W "rejected held accepted" -- "$current")); return ;;
        "users add --role") COMPREPLY=($(compgen -W "viewer handler admin" -- "$current")); return ;;
        "keys add --role") COMPREPLY=($(compgen -W "viewer handler" -- "$current")); return ;;
        "feed --format") COMPREPLY=($(compgen -W "json xarf arf" -- "$current")); return ;;
        "notices preview --lang") COMPREPLY=($(compgen -W "en ja" -- "$current")); return ;;
        *" --config"|*" --output") COMPREPLY=($(compgen -f -- "$current")); return ;;
    esac
    case "$command" in
        "serve") words="--config --help" ;;
        "submit") words="--config --door --on-reject --json --help" ;;
        "explain") words="--config --json --door --offline --help" ;;
        "rejected") words="list export show reopen --config --help" ;;
        "rejected list") words="--reason --event --since --until --reporter --network --text --campaign --grouped --limit --json --config --help" ;;
        "rejected export") words="--reason --event --since --until --reporter --network --text --campaign --grouped --limit --json --format --output --config --help" ;;
        "rejected show") words="--json --raw --config --help" ;;
        "rejected reopen") words="--note --by --config --help" ;;
        "held") words="list export show reopen dismiss --config --help" ;;
        "held list") words="--reason --event --since --until --reporter --network --text --campaign --grouped --limit --json --config --help" ;;
        "held export") words="--reason --event --since --until --reporter --network --text --campaign --grouped --limit --json --format --output --config --help" ;;
        "held show") words="--json --raw --config --help" ;;
        "held reopen") words="--note --by --config --help" ;;
        "held dismiss") words="--note --by --config --help" ;;
        "cases") words="list show advance assign event note --config --help" ;;
        "cases list") words="--all --state --event --contractor --accused --limit --json --config --help" ;;
        "cases show") words="--json --config --help" ;;
        "cases advance") words="--note --by --config --help" ;;
        "cases assign") words="--note --by --config --help" ;;
        "cases event") words="--note --by --config --help" ;;
        "cases note") words="--note --by --config --help" ;;
        "replay") words="--config --since --verdict --apply --json --help" ;;
        "config") words="check show sample --json --config --help" ;;
        "db") words="upgrade check --config --help" ;;
        "users") words="add list disable --config --help" ;;
        "users add") words="--role --config --help" ;;
        "users list") words="--config --help" ;;
        "users disable") words="--config --help" ;;
        "keys") words="add list revoke --config --help" ;;
        "keys add") words="--role --config --help" ;;
        "keys list") words="--json --config --help" ;;
        "keys revoke") words="--config --help" ;;
        "feed") words="--config --after --format --help" ;;
        "networks") words="propose confirm --config --help" ;;
        "networks propose") words="--offline --json --config --help" ;;
        "networks confirm") words="--all --note --by --config --help" ;;
        "notices") words="preview --config --help" ;;
        "notices preview") words="--lang --raw --config --help" ;;
        "letters") words="dead retry --config --help" ;;
        "letters dead") words="--json --config --help" ;;
        "letters retry") words="--config --help" ;;
        "health") words="--config --help" ;;
        "retain") words="--config --dry-run --json --help" ;;
        "holds") words="list set lift --config --help" ;;
        "holds list") words="--all --json --config --help" ;;
        "holds set") words="submission case contractor --note --by --config --help" ;;
        "holds lift") words="--note --by --config --help" ;;
        "archive") words="--config --dry-run --json --help" ;;
        "verify") words="--config --json --help" ;;
        "demo") words="--once --config --help" ;;
    esac
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    [[ "$current" == -* ]] || COMPREPLY+=($(compgen -f -- "$current"))
}
complete -o filenames -F _abusedesk abusedesk
