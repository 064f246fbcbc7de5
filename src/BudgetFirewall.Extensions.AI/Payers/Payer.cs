using Microsoft.Extensions.AI;

namespace BudgetFirewall;

/// <summary>Finds the payer of a call: the one that its options name, completed by the ambient context.</summary>
internal static class Payer
{
    /// <summary>The payer of a call that is made now; null when nobody is named.</summary>
    /// <exception cref="ArgumentException">The options have a value under the payer's key that is no payer.</exception>
    public static BudgetScopeContext? Of(AdditionalPropertiesDictionary? properties)
    {
        var ambient = BudgetScopeContext.Current;
        return NamedBy(properties)?.Within(ambient) ?? ambient;
    }

    /// <summary>The payer that options name; null for none.</summary>
    /// <inheritdoc cref="Of"/>
    public static BudgetScopeContext? NamedBy(AdditionalPropertiesDictionary? properties)
    {
        if (properties is null || !properties.TryGetValue(BudgetPayerExtensions.Key, out var value))
            return null;
        return value switch
        {
            null => null,
            BudgetScopeContext payer => payer,
            string userId => new() { UserId = userId },
            _ => throw new ArgumentException(
                $"AdditionalProperties[\"{BudgetPayerExtensions.Key}\"] must be a {nameof(BudgetScopeContext)} or the id of a user but is a {value.GetType()}.", "options"),
        };
    }

    /// <summary>Makes a payer the ambient one until it is disposed; null where it is that already, or nobody.</summary>
    public static IDisposable? Enter(BudgetScopeContext? payer) => payer is null || ReferenceEquals(payer, BudgetScopeContext.Current) ? null : BudgetScopeContext.Begin(payer);

    /// <summary>
    /// A stream that is read under its payer, by any reader. Where no payer was named at the call, it is read under the context of its reader at the first read.
    /// </summary>
    public static IAsyncEnumerable<T> Carry<T>(IAsyncEnumerable<T> stream, BudgetScopeContext? payer) => payer is null ? new ReaderScopeStream<T>(stream) : stream.WithBudgetScope(payer);

    /// <summary>True where options name a payer, which must be removed before they go to the provider.</summary>
    public static bool IsNamedBy(AdditionalPropertiesDictionary? properties) => properties is not null && properties.ContainsKey(BudgetPayerExtensions.Key);

    /// <summary>A copy without the payer; null where nothing else is in it.</summary>
    public static AdditionalPropertiesDictionary? Without(AdditionalPropertiesDictionary properties)
    {
        var rest = new AdditionalPropertiesDictionary(properties);
        rest.Remove(BudgetPayerExtensions.Key);
        return rest.Count == 0 ? null : rest;
    }
}
