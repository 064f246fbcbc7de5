namespace BudgetFirewall;

/// <summary>The options of approvals, frozen.</summary>
internal sealed record ApprovalSettings(TimeSpan Lifetime, TimeSpan Retention, TimeSpan AskAgainAfter, bool RequireSecondPerson, TimeSpan Wait)
{
    public static ApprovalSettings Of(ApprovalOptions options) =>
        new(options.Lifetime, options.Retention, options.AskAgainAfter, options.RequireSecondPerson, options.Wait);
}
