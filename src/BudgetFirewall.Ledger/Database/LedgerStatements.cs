using System.Collections.Concurrent;

namespace BudgetFirewall.Storage;

/// <summary>The statements of a ledger: a database's own, or the common ones in the files of this package. <c>{json}</c> in a text is the database's cast to JSON. Thread-safe.</summary>
internal sealed class LedgerStatements(LedgerDialect dialect)
{
    private readonly ConcurrentDictionary<string, string> _texts = new(StringComparer.Ordinal);

    public LedgerDialect Dialect => dialect;

    public string this[string name] => _texts.GetOrAdd(name, Read);

    private string Read(string name) => TextOf(name).Replace("{json}", dialect.JsonCast, StringComparison.Ordinal);

    private string TextOf(string name)
    {
        if (dialect.OwnStatement(name) is { } own)
            return own;
        using var file = typeof(LedgerStatements).Assembly.GetManifestResourceStream(name + ".sql")
            ?? throw new InvalidOperationException($"There is no statement {name}.");
        using var reader = new StreamReader(file);
        return reader.ReadToEnd();
    }
}
