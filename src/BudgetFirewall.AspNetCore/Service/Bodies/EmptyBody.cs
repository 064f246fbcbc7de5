using System.ComponentModel;

namespace BudgetFirewall;

/// <summary>A body without members.</summary>
[Description("Nothing.")]
internal sealed class EmptyBody;
