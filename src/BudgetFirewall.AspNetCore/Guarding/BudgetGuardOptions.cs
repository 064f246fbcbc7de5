using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>
/// Options of a guarded application: the defaults of its endpoints, and the requests that are guarded without asking for it. Read once, when the pipeline is built.
/// </summary>
public sealed class BudgetGuardOptions
{
    /// <summary>The options that guarded endpoints start with.</summary>
    public BudgetEndpointOptions Defaults { get; } = new();

    /// <summary>
    /// False: no request is guarded, also of endpoints that ask for it: nothing is checked, held, charged or refused, and <see cref="IBudgetContext"/> takes reports and does nothing with them.
    /// Default true.
    /// </summary>
    public bool IsEnabled { get; set; } = true;

    /// <summary>
    /// False: a request that does not fit, or whose store does not answer, runs all the same and is charged when it has run. Budgets then count and warn, and refuse nothing.
    /// <see cref="IBudgetContext.Decision"/> is the refusal. A request that names nobody where <see cref="BudgetEndpointOptions.RequireUser"/> is set is still refused, and so is one that
    /// cannot be budgeted. Default true.
    /// </summary>
    public bool RefuseRequests { get; set; } = true;

    /// <summary>
    /// False: a request is checked, which takes its permits from rate limits, and neither held nor charged: for applications whose guarded clients charge the calls themselves.
    /// Requests that run at the same time may then overshoot a budget. Default true.
    /// </summary>
    public bool ChargeRequests { get; set; } = true;

    /// <summary>
    /// False: no answer has the header <c>X-Budget-Warning</c>, whatever <see cref="BudgetEndpointOptions.Headers"/> asks for. Default true. Warnings to observers and to the log are those of
    /// <see cref="Budget.WarnAt"/>.
    /// </summary>
    public bool WarnCallers { get; set; } = true;

    /// <summary>
    /// The answer to guarded requests when the store cannot decide. <see cref="FailureMode.Allow"/>: they run, and their charges are repeated in the
    /// background until the store is back, for some four minutes at most. <see cref="FailureMode.Deny"/>: they are
    /// refused with 503. Null, the default: by <see cref="BudgetFirewallOptions.FailureMode"/>.
    /// </summary>
    public FailureMode? FailureMode { get; set; }

    /// <summary>
    /// True: every request is guarded by <see cref="Defaults"/>, which then need a provider, even where no endpoint asks for it or no endpoint matches;
    /// the filters say which requests are left unguarded. Default false: only the endpoints that ask for it.
    /// </summary>
    public bool GuardEveryRequest { get; set; }

    /// <summary>
    /// Paths, with everything below them, that <see cref="GuardEveryRequest"/> leaves unguarded. Default <c>/health</c> and <c>/metrics</c>. Case does not matter.
    /// A path that is not plainly written (<c>//health</c>, <c>/health;x</c>, <c>/health/..%2fapi</c>) is guarded, and so is one that a route
    /// takes by a parameter, as <c>/{tenant}/chat</c> takes <c>/health/chat</c>.
    /// </summary>
    public IList<PathString> ExcludePaths { get; } = ["/health", "/metrics"];

    /// <summary>
    /// The only paths, with everything below them, that <see cref="GuardEveryRequest"/> guards. Default: empty, all. Case does not matter.
    /// A request belongs to one of them by the route of its endpoint or by its path. Where the route does not decide it, a path that is not plainly written
    /// (<c>//api</c>, <c>/api%2fx</c>, <c>/api;v=1</c>) is guarded.
    /// </summary>
    public IList<PathString> IncludeOnlyPaths { get; } = [];

    /// <summary>
    /// Methods that <see cref="GuardEveryRequest"/> leaves unguarded, in their exact spelling, where the endpoint answers no other method: an endpoint that also
    /// answers <c>GET</c>, or any method, would run the same handler for free. Default <c>OPTIONS</c> and <c>HEAD</c>.
    /// A CORS preflight costs nothing in any case unless it reaches an endpoint.
    /// An endpoint that asks to be guarded is guarded whatever the method: the filters never open it.
    /// </summary>
    public ISet<string> ExcludeMethods { get; } = new HashSet<string>(StringComparer.Ordinal) { HttpMethods.Options, HttpMethods.Head };
}
