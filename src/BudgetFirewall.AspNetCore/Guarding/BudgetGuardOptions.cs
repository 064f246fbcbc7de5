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
