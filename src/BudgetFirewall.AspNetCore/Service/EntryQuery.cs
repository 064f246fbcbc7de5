using Microsoft.AspNetCore.Http;

namespace BudgetFirewall;

/// <summary>Reads the query of a list of entries. Every name that is not one of the query's own is a kind of scope, so that entries are found by any dimension.</summary>
internal static class EntryQuery
{
    /// <summary>The beginning of a name that is a kind of scope whatever comes behind it, also where that is a name of the query's own.</summary>
    private const string Dimension = "dimensions.";

    private const int MaxScopes = 32;

    private static readonly string[] OwnNames = ["limit", "cursor", "from", "to", "kind", "operationId", "partition"];

    // Names by which something else than a dimension is meant, with the right one. Queries do not tell cases apart; scopes do.
    private static readonly Dictionary<string, string> WellKnown = new(StringComparer.OrdinalIgnoreCase)
    {
        ["provider"] = "provider", ["user"] = "user", ["userId"] = "user", ["project"] = "project", ["projectId"] = "project", ["model"] = "model", ["operation"] = "operation",
    };

    /// <exception cref="FieldException">A value is not one that a query may have.</exception>
    public static LedgerQuery Of(IQueryCollection query, string? partition)
    {
        var (from, to) = (InstantText.Parse(Single(query, "from"), "from"), InstantText.Parse(Single(query, "to"), "to"));
        InstantText.CheckOrder(from, to);
        var ledgerQuery = new LedgerQuery
        {
            From = from,
            To = to,
            Scopes = Scopes(query),
            Partition = partition,
            Kinds = Kinds(query),
            OperationId = Single(query, "operationId"),
            Limit = PageQuery.LimitOf(Single(query, "limit")),
            Cursor = Single(query, "cursor"),
        };
        return ledgerQuery.OperationId is null || BudgetScope.IsValidId(ledgerQuery.OperationId) ? ledgerQuery : throw new FieldException("operationId", "operationId must have 1 to 256 characters.");
    }

    private static Dictionary<string, string> Scopes(IQueryCollection query)
    {
        var scopes = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in query.Keys.Where(name => !OwnNames.Contains(name, StringComparer.OrdinalIgnoreCase)))
        {
            var kind = name.StartsWith(Dimension, StringComparison.Ordinal) ? name[Dimension.Length..] : name;
            if (kind == name && WellKnown.TryGetValue(name, out var rightName) && rightName != name)
                throw new FieldException(name, $"{name} is called {rightName} here; a dimension of that name is {Dimension}{name}.");
            scopes[kind] = LedgerScope.Checked(kind, Single(query, name), name);
        }
        return scopes.Count <= MaxScopes ? scopes : throw new FieldException("query", $"A query has at most {MaxScopes} scopes, not {scopes.Count}.");
    }

    private static List<LedgerEntryKind> Kinds(IQueryCollection query) => [.. query["kind"].Select(text => WireNames.Parse<LedgerEntryKind>(text ?? "")
        ?? throw new FieldException("kind", $"kind must be {WireNames.Choices<LedgerEntryKind>()}."))];

    private static string? Single(IQueryCollection query, string name) => query[name] switch
    {
        [] => null,
        [var value] => value,
        var several => throw new FieldException(name, $"{name} is given {several.Count} times."),
    };
}
