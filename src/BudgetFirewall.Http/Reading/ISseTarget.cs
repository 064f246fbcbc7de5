namespace BudgetFirewall;

/// <summary>Takes server-sent events as they pass.</summary>
internal interface ISseTarget
{
    /// <summary>Takes a piece of the present event's data.</summary>
    void OnData(ReadOnlySpan<byte> piece);

    /// <summary>Ends the present event.</summary>
    /// <param name="name">The event's name; empty for none, and cut after 64 bytes.</param>
    void OnEvent(ReadOnlySpan<byte> name);
}
