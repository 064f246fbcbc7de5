using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A description that lists the names of an enumeration, so that a new member is described by itself.</summary>
/// <typeparam name="TEnum">The enumeration.</typeparam>
/// <param name="more">The text behind the names.</param>
[AttributeUsage(AttributeTargets.Property | AttributeTargets.Parameter)]
internal sealed class NamesOfAttribute<TEnum>(string more = "") : DescriptionAttribute where TEnum : struct, Enum
{
    /// <inheritdoc/>
    public override string Description => $"{WireNames.Choices<TEnum>()}{more}.";
}
