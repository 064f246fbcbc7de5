namespace BudgetFirewall.RealClients.Tests;

/// <summary>The provider's treatment of one request.</summary>
internal sealed record Reply
{
    /// <summary>The text of the answer.</summary>
    public string Text { get; init; } = "ok";

    /// <summary>The tokens that it bills.</summary>
    public ReportedUsage ReportedUsage { get; init; } = new(0, 0);

    /// <summary>The tool that the model asks for in place of a text; null for none.</summary>
    public ToolWish? Tool { get; init; }

    /// <summary>False: the tokens are billed, and the answer says nothing of them.</summary>
    public bool TellsUsage { get; init; } = true;

    public Fault Fault { get; init; }

    /// <summary>A text.</summary>
    public static Reply Says(string text, ReportedUsage reported) => new() { Text = text, ReportedUsage = reported };

    /// <summary>A request to call a tool.</summary>
    public static Reply Asks(string tool, string arguments, ReportedUsage reported) => new() { Tool = new(tool, arguments), ReportedUsage = reported };

    /// <summary>No answer.</summary>
    public static Reply Fails(Fault fault) => new() { Fault = fault };
}

/// <summary>A tool that the model wants to have called.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Arguments">Its arguments as a JSON object.</param>
internal sealed record ToolWish(string Name, string Arguments);
