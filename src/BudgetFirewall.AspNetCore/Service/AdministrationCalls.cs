using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>The calls that change budgets.</summary>
internal sealed class AdministrationCalls(BudgetServiceOptions options)
{
    public async Task<IResult> AddAsync(HttpContext context, string? partition)
    {
        var body = await JsonBody.ReadAsync(context, ServiceJson.Default.BudgetBody, options.MaxBodyBytes).ConfigureAwait(false);
        var budget = body.ToBudget(pathId: null);
        if (!await Budgets(context).AddAsync(budget, partition, CancellationToken.None).ConfigureAwait(false) && !await IsRepeatedAsync(context, budget, partition).ConfigureAwait(false))
            return ProblemReply.Exists($"There is a budget '{budget.Id}'. PUT replaces it.");
        context.Response.Headers.Location = LocationOf(context, budget.Id, partition);
        return new JsonReply<BudgetReply>(BudgetReply.Of(budget), ServiceJson.Default.BudgetReply, StatusCodes.Status201Created);
    }

    public Task<IResult> SetAsync(HttpContext context, string? partition) => SetAsync(context, pathId: null, partition);

    public Task<IResult> SetByIdAsync(HttpContext context, string? partition) => SetAsync(context, PathValue.FromEnd(context, "id", 0), partition);

    public async Task<IResult> RemoveAsync(HttpContext context, string? partition)
    {
        var id = PathValue.FromEnd(context, "id", 0);
        return await Budgets(context).RemoveAsync(id, partition, CancellationToken.None).ConfigureAwait(false)
            ? TypedResults.NoContent()
            : ProblemReply.NotFound("No budget with this id was set at run time. A configured one is switched off by setting it with isActive false.");
    }

    public async Task<IResult> ResetAsync(HttpContext context, string? partition)
    {
        var id = PathValue.FromEnd(context, "id", 1);
        var body = await JsonBody.ReadOptionalAsync(context, ServiceJson.Default.ResetBody, options.MaxBodyBytes, new()).ConfigureAwait(false);
        if (await Budgets(context).FindAsync(id, partition, context.RequestAborted).ConfigureAwait(false) is not { } budget)
            return ProblemReply.NotFound("There is no budget with this id.");
        await Budgets(context).ResetAsync(id, ScopeOf(body, budget), partition, CancellationToken.None).ConfigureAwait(false);
        return TypedResults.NoContent();
    }

    // A creation says all that there is to say of the budget, so that one with a key is repeated where the budget is what it asks for.
    private async ValueTask<bool> IsRepeatedAsync(HttpContext context, Budget budget, string? partition) =>
        context.Request.Headers.ContainsKey(OperationKey.Header)
        && await Budgets(context).FindAsync(budget.Id, partition, context.RequestAborted).ConfigureAwait(false) is { } existing
        && existing == budget;

    private async Task<IResult> SetAsync(HttpContext context, string? pathId, string? partition)
    {
        var body = await JsonBody.ReadAsync(context, ServiceJson.Default.BudgetBody, options.MaxBodyBytes).ConfigureAwait(false);
        var budget = body.ToBudget(pathId);
        await Budgets(context).SetAsync(budget, partition, CancellationToken.None).ConfigureAwait(false);
        return new JsonReply<BudgetReply>(BudgetReply.Of(budget), ServiceJson.Default.BudgetReply);
    }

    private static string LocationOf(HttpContext context, string id, string? partition)
    {
        var list = context.Request.PathBase.Add(context.Request.Path).ToUriComponent().TrimEnd('/');
        return $"{list}/{Uri.EscapeDataString(id)}{(partition is null ? "" : $"?partition={Uri.EscapeDataString(partition)}")}";
    }

    private static BudgetScope ScopeOf(ResetBody body, Budget budget) => body.Scope switch
    {
        { } text => ScopeText.Parse(text, "scope"),
        null when !budget.Scope.IsEach => budget.Scope,
        _ => throw new FieldException("scope", $"scope is required: the budget is about {budget.Scope}, so say which {budget.Scope.Kind} is meant."),
    };

    private IBudgetCatalog Budgets(HttpContext context) => FirewallServiceLookup.Find(context.RequestServices, options.Firewall).Budgets;
}
