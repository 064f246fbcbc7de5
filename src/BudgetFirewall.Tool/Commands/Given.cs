using System.CommandLine;
using System.CommandLine.Parsing;

namespace BudgetFirewall.Tool;

/// <summary>Options whose texts are values of the library, which are read when the line is parsed so that errors name the option.</summary>
internal static class Given
{
    public static Option<DateTimeOffset?> Moment(string name, string description) => Parsed<DateTimeOffset?>(name, "TIME", description, text => Texts.Moment(text, name));

    public static Option<decimal?> Amount(string name, string description) => Parsed<decimal?>(name, "AMOUNT", description, text => Texts.Decimal(text, name));

    public static Option<BudgetScope?> Scope(string name, string description) => Parsed<BudgetScope?>(name, "SCOPE", description, text => ScopeOf(text, name));

    /// <summary>Scopes as <c>user=alice</c>, an id by kind.</summary>
    public static Option<Dictionary<string, string>> Scopes(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "KIND=ID",
        DefaultValueFactory = _ => [],
        CustomParser = result => Read(result, () =>
        {
            var scopes = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var token in result.Tokens)
            {
                var scope = ScopeOf(token.Value, name);
                if (!scopes.TryAdd(scope.Kind, scope.Id))
                    throw new ToolException(ExitCode.BadInput, $"{name} names {scope.Kind} twice.");
            }
            return scopes;
        }) ?? [],
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>A member of an enumeration, by its name in JSON, which completion offers.</summary>
    public static Option<TEnum?> Member<TEnum>(string name, string description) where TEnum : struct, Enum
    {
        var option = Parsed<TEnum?>(name, "NAME", $"{description}: {string.Join(", ", Names<TEnum>())}.", text => Texts.Member<TEnum>(text, name));
        option.CompletionSources.Add([.. Names<TEnum>()]);
        return option;
    }

    public static Option<T> Parsed<T>(string name, string helpName, string description, Func<string, T> parse) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result => Read(result, () => parse(result.Tokens[0].Value)),
    };

    /// <exception cref="ToolException">The text is no scope of one thing.</exception>
    public static BudgetScope ScopeOf(string text, string name) => BudgetScope.TryParse(text, out var scope) && !scope.IsEach
        ? scope
        : throw new ToolException(ExitCode.BadInput, $"{name} must be global or a scope such as user=alice, not '{text}'.");

    private static IEnumerable<string> Names<TEnum>() where TEnum : struct, Enum => Enum.GetValues<TEnum>().Select(Texts.Of);

    private static T? Read<T>(ArgumentResult result, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (ToolException e)
        {
            result.AddError(e.Message);
            return default;
        }
    }
}
