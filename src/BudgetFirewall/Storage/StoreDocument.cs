namespace BudgetFirewall.Storage;

/// <summary>A named piece of data that a store keeps for the parts above it, without looking inside. Immutable.</summary>
public sealed class StoreDocument
{
    /// <summary>The version, another one after each write; never empty.</summary>
    public required string Version { get; init; }

    /// <summary>The content; empty where the version is the one that the reader knows already.</summary>
    public required ReadOnlyMemory<byte> Content { get; init; }
}
