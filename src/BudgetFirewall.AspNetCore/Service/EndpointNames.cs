namespace BudgetFirewall;

/// <summary>Names of endpoints, distinct for each prefix; in an OpenAPI document they are the ids of operations.</summary>
internal sealed class EndpointNames(string prefix)
{
    private readonly string _start = string.Join('_', prefix.Split('/', StringSplitOptions.RemoveEmptyEntries)) is { Length: > 0 } text ? text + "_" : "";

    public string Of(string operation) => _start + operation;
}
