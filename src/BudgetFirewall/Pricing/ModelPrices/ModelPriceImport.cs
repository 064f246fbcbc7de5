using System.Globalization;

namespace BudgetFirewall;

/// <summary>The result of reading the entries of a price file: each is either priced or skipped. Immutable.</summary>
public sealed class ModelPriceImport
{
    internal ModelPriceImport(
        IReadOnlyList<string> priced, IReadOnlyList<ModelPriceNote> skipped, IReadOnlyList<ModelPriceNote> warnings, IReadOnlyList<ModelPriceNote> ignored,
        IReadOnlyList<string> free) =>
        (Priced, Skipped, Warnings, IgnoredPrices, Free) = (
            ValueCollections.Copy(priced, nameof(priced)), ValueCollections.Copy(skipped, nameof(skipped)),
            ValueCollections.Copy(warnings, nameof(warnings)), ValueCollections.Copy(ignored, nameof(ignored)),
            ValueCollections.Copy(free, nameof(free)));

    /// <summary>The number of entries in the file: those priced and those skipped.</summary>
    public int EntryCount => Priced.Count + Skipped.Count;

    /// <summary>The models that have a price now, in the order of the file.</summary>
    public IReadOnlyList<string> Priced { get; }

    /// <summary>The entries that have none, each with the reason: no usable price, a price that cannot be read, a name given twice, the sample entry.</summary>
    public IReadOnlyList<ModelPriceNote> Skipped { get; }

    /// <summary>
    /// Notes on prices that look wrong but are in force all the same, such as more than 0.01 a token, which may be a price per million tokens entered as one
    /// per token.
    /// </summary>
    public IReadOnlyList<ModelPriceNote> Warnings { get; }

    /// <summary>Prices of priced models that are not understood and so not charged: sessions, storage, the context of a search, regional surcharges.</summary>
    public IReadOnlyList<ModelPriceNote> IgnoredPrices { get; }

    /// <summary>
    /// The models among <see cref="Priced"/> whose standard prices are all 0, in the order of the file: no budget limits them, unless <see cref="PricingOptions.RefuseFreeModels"/>.
    /// A file gives 0 to models that cost nothing, such as a local one, and to models that it has no prices for yet.
    /// </summary>
    public IReadOnlyList<string> Free { get; }

    /// <summary>The numbers of entries.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Priced.Count:N0} of {EntryCount:N0} entries priced, {Skipped.Count:N0} skipped, {Warnings.Count:N0} warnings");
}
