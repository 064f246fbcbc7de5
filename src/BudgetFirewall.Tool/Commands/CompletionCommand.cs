using System.CommandLine;

namespace BudgetFirewall.Tool;

/// <summary><c>completion SHELL</c>: the lines that make a shell complete commands, options and their values.</summary>
internal static class CompletionCommand
{
    private const string Bash = """
        _budgetfirewall() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$(budgetfirewall "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _budgetfirewall budgetfirewall
        """;

    private const string Zsh = """
        _budgetfirewall() {
            local -a found
            found=("${(@f)$(budgetfirewall "[suggest:${CURSOR}]" "${BUFFER}" 2>/dev/null)}")
            compadd -- "${found[@]}"
        }
        compdef _budgetfirewall budgetfirewall
        """;

    private const string PowerShell = """
        Register-ArgumentCompleter -Native -CommandName budgetfirewall -ScriptBlock {
            param($word, $line, $position)
            budgetfirewall "[suggest:$position]" "$line" | ForEach-Object { [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_) }
        }
        """;

    public static Command Make(Connection connection)
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or pwsh." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "pwsh");
        var command = new Command("completion", "Writes the lines that make a shell complete this command: source <(budgetfirewall completion bash)") { shell };
        connection.BindAlone(command, (parsed, screen, _) =>
        {
            screen.Raw(parsed.GetValue(shell) switch
            {
                "bash" => Bash,
                "zsh" => Zsh,
                _ => PowerShell,
            });
            return Task.FromResult(ExitCode.Done);
        });
        return command;
    }
}
