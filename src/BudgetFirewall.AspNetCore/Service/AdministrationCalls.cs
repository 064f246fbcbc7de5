using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>The calls that change what budgets have counted.</summary>
internal sealed class AdministrationCalls(BudgetServiceOptions options)
{
    public async Task<IResult> ResetAsync(HttpContext context, string? partition)
    {
        var id = PathValue.FromEnd(context, "id", 1);
        var body = await JsonBody.ReadOptionalAsync(context, ServiceJson.Default.ResetBody, options.MaxBodyBytes, new()).ConfigureAwait(false);
        if (await Budgets(context).FindAsync(id, partition, context.RequestAborted).ConfigureAwait(false) is not { } budget)
            return ProblemReply.NotFound("There is no budget with this id.");
        await Budgets(context).ResetAsync(id, ScopeOf(body.Scope, budget), partition, CancellationToken.None).ConfigureAwait(false);
        return TypedResults.NoContent();
    }

    public async Task<IResult> AllowAsync(HttpContext context, string? key, string? partition)
    {
        var id = PathValue.FromEnd(context, "id", 1);
        var body = await JsonBody.ReadAsync(context, ServiceJson.Default.AllowanceBody, options.MaxBodyBytes).ConfigureAwait(false);
        if (await Budgets(context).FindAsync(id, partition, context.RequestAborted).ConfigureAwait(false) is not { } budget)
            return ProblemReply.NotFound("There is no budget with this id.");
        var (allowance, isRevocation) = body.ToAllowance(
            id, ScopeOf(body.Scope, budget), OperationKey.Of(key, body.OperationId), ServiceCaller.ScopeOf(context, options), ServiceCaller.RecordedNameOf(context, options));
        var change = isRevocation
            ? await Budgets(context).RevokeAsync(allowance, partition, CancellationToken.None).ConfigureAwait(false)
            : await Budgets(context).GrantAsync(allowance, partition, CancellationToken.None).ConfigureAwait(false);
        return new JsonReply<AllowanceReply>(AllowanceReply.Of(change), ServiceJson.Default.AllowanceReply);
    }

    private static BudgetScope ScopeOf(string? scope, Budget budget) => scope switch
    {
        { } text => ScopeText.Parse(text, "scope"),
        null when !budget.Scope.IsEach => budget.Scope,
        _ => throw new FieldException("scope", $"scope is required: the budget is about {budget.Scope}, so say which {budget.Scope.Kind} is meant."),
    };

    private IBudgetCatalog Budgets(HttpContext context) => FirewallServiceLookup.Find(context.RequestServices, options.Firewall).Budgets;
}
