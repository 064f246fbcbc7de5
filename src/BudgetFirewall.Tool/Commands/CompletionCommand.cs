using System.CommandLine;
using System.Globalization;

namespace BudgetFirewall.Tool;

/// <summary><c>completion SHELL</c>: the lines that make a shell complete commands, options and their values.</summary>
internal static class CompletionCommand
{
    private const string Question = "[suggest:";

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

    /// <summary>The place in a line that a shell wants completed, as <c>[suggest:16]</c> says it; null for any other argument.</summary>
    public static int? PositionOf(string argument) =>
        argument.StartsWith(Question, StringComparison.Ordinal) && argument.EndsWith(']') && int.TryParse(argument[Question.Length..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position : null;

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
