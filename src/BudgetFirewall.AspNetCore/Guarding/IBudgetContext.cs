using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>
/// The budget of the present request, for its endpoint: a parameter of a route handler, or <c>HttpContext.Features.Get&lt;IBudgetContext&gt;()</c>.
/// With <c>services.AddBudgetContext()</c> it is injected everywhere else too. Thread-safe.
/// </summary>
/// <remarks>
/// The last report counts, and it is charged when the endpoint is done, also when it then throws or its client has gone away.
/// Without a report <see cref="BudgetEndpointOptions.Unreported"/> decides.
/// </remarks>
/// <example><code>
/// app.MapPost("/api/chat", async (ChatMessage message, IBudgetContext budget, ChatClient client) =>
/// {
///     var answer = await client.AskAsync(message);
///     budget.ReportUsage(BudgetUsage.Tokens(answer.InputTokens, answer.OutputTokens));
///     return answer.Text;
/// }).RequireBudget("openai");
/// </code></example>
public interface IBudgetContext
{
    /// <summary>The request that budget was reserved for.</summary>
    BudgetRequest Request { get; }

    /// <summary>The decision on the request; a refusal where <see cref="BudgetGuardOptions.RefuseRequests"/> is off or the guard lets requests through without the store.</summary>
    BudgetDecision Decision { get; }

    /// <summary>The reservation's id; where nothing is held, the operation id of the charge, or empty where nothing is charged.</summary>
    string ReservationId { get; }

    /// <summary>The time at which the hold ends unless it is extended again, UTC; the default value where nothing is held. A report after that is charged all the same.</summary>
    DateTimeOffset ExpiresAt { get; }

    /// <summary>Reports the usage of the call, which is charged at its price.</summary>
    /// <param name="usage">The usage of the call.</param>
    /// <exception cref="ArgumentNullException"><paramref name="usage"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The request is over and charged already.</exception>
    void ReportUsage(BudgetUsage usage);

    /// <summary>Reports the cost of the call, which is charged.</summary>
    /// <param name="cost">
    /// The cost in currency units, from 0 to <see cref="BudgetFirewallOptions.MaxCost"/>. For a higher one <see cref="BudgetFirewallOptions.MaxCost"/> itself is charged, and event 234 is logged.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The cost is below 0, or above 9,000,000,000 currency units.</exception>
    /// <exception cref="InvalidOperationException">The request is over and charged already.</exception>
    void ReportCost(decimal cost);

    /// <summary>Reports that nothing was called: the hold is given back and nothing is charged.</summary>
    /// <exception cref="InvalidOperationException">The request is over and charged already.</exception>
    void ReportNothing();

    /// <summary>Extends the hold by hand, for an endpoint that runs longer than <see cref="BudgetEndpointOptions.MaxHold"/>. One round trip.</summary>
    /// <param name="lease">The time from now, 1 second to 24 hours.</param>
    /// <param name="cancellationToken">Stops the waiting.</param>
    /// <returns>The new end, UTC.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The time is outside its range.</exception>
    /// <exception cref="ReservationNotFoundException">The hold has ended.</exception>
    /// <exception cref="ChargeUnconfirmedException">The store did not confirm; repeat it.</exception>
    ValueTask<DateTimeOffset> ExtendAsync(TimeSpan lease, CancellationToken cancellationToken = default);

    /// <summary>Binds a parameter of a route handler.</summary>
    /// <param name="context">The request.</param>
    /// <exception cref="InvalidOperationException">The endpoint is not guarded.</exception>
    static ValueTask<IBudgetContext?> BindAsync(HttpContext context) => new(BudgetContext.Of(context));
}
