using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>How an application is guarded: what endpoints inherit, and whether every request is guarded. Taken up once, when the pipeline is built.</summary>
public sealed class BudgetGuardOptions
{
    /// <summary>What guarded endpoints begin with.</summary>
    public BudgetEndpointOptions Defaults { get; } = new();

    /// <summary>
    /// True: every request is guarded by <see cref="Defaults"/>, which then need a provider, also where no endpoint asks for it or none matches;
    /// the filters say which requests are let alone. Default false: only the endpoints that ask for it.
    /// </summary>
    public bool GuardEveryRequest { get; set; }

    /// <summary>Paths, with everything below them, that <see cref="GuardEveryRequest"/> lets alone. Default <c>/health</c> and <c>/metrics</c>. Case does not matter.</summary>
    public IList<PathString> ExcludePaths { get; } = ["/health", "/metrics"];

    /// <summary>The only paths, with everything below them, that <see cref="GuardEveryRequest"/> is about. Default: empty, all.</summary>
    public IList<PathString> IncludeOnlyPaths { get; } = [];

    /// <summary>
    /// Methods that <see cref="GuardEveryRequest"/> lets alone. Default <c>OPTIONS</c> and <c>HEAD</c>.
    /// An endpoint that asks to be guarded is guarded whatever the method: the filters never open it.
    /// </summary>
    public ISet<string> ExcludeMethods { get; } = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { HttpMethods.Options, HttpMethods.Head };
}
