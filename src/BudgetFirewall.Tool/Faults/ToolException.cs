namespace BudgetFirewall.Tool;

/// <summary>A reason for which a command ends with another code than 0.</summary>
/// <param name="code">The code.</param>
/// <param name="message">The sentences that people read.</param>
internal sealed class ToolException(ExitCode code, string message) : Exception(message)
{
    public ExitCode Code => code;

    /// <summary>True where the service knows nothing of that name; false for every other reason.</summary>
    public bool IsNotFound { get; init; }
}
