using System.Globalization;

namespace BudgetFirewall.Conformance;

/// <summary>A sequence of random operations; as text, one a line.</summary>
internal sealed class Script(IReadOnlyList<Step> steps)
{
    public IReadOnlyList<Step> Steps => steps;

    public override string ToString() =>
        Environment.NewLine + string.Join(Environment.NewLine, steps.Select((step, i) => string.Create(CultureInfo.InvariantCulture, $"  {i}. {step}")));
}
