using Microsoft.Extensions.AI;

namespace BudgetFirewall;

/// <summary>
/// Names the payer in the options of a call, which every middleware passes on, also where the ambient <see cref="BudgetScopeContext"/> does not reach.
/// </summary>
/// <remarks>
/// The payer lies in <see cref="ChatOptions.AdditionalProperties"/> under <see cref="Key"/>: a <see cref="BudgetScopeContext"/>, or a text that is the id of a user.
/// It wins over the ambient context, which fills in what it leaves open. A guarded client takes it out before the options go on to the provider, and has it as the ambient context of all that it calls.
/// </remarks>
public static class BudgetPayerExtensions
{
    /// <summary>The key of the payer among the additional properties of the options; keys compare without case.</summary>
    public const string Key = "budgetfirewall.payer";

    /// <summary>A copy of options with a user who pays for the calls that are made with it. The other scopes of the options' payer stay.</summary>
    /// <param name="options">The options; they are not changed, and may be shared by calls of others. Null for none.</param>
    /// <param name="userId">The id of the <c>user</c> scope, 1 to 256 characters.</param>
    /// <returns>The copy.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="userId"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// The id is empty, longer than 256 characters or not well-formed UTF-16, or the options have a value under <see cref="Key"/> that is no payer.
    /// </exception>
    /// <example><code>
    /// await foreach (var update in client.GetStreamingResponseAsync(messages, options.WithBudgetUser("alice")))
    ///     Console.Write(update.Text);
    /// </code></example>
    public static ChatOptions WithBudgetUser(this ChatOptions? options, string userId)
    {
        ArgumentNullException.ThrowIfNull(userId);
        return options.WithBudgetScope(new BudgetScopeContext { UserId = userId });
    }

    /// <summary>
    /// A copy of options with the payer of the calls that are made with it. Scopes that the payer leaves open are taken from the payer that the options have, if
    /// any.
    /// </summary>
    /// <param name="options">The options; they are not changed, and may be shared by calls of others. Null for none.</param>
    /// <param name="payer">The payer.</param>
    /// <returns>The copy.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="payer"/> is null.</exception>
    /// <exception cref="ArgumentException">The options have a value under <see cref="Key"/> that is no payer.</exception>
    public static ChatOptions WithBudgetScope(this ChatOptions? options, BudgetScopeContext payer)
    {
        ArgumentNullException.ThrowIfNull(payer);
        var copy = options?.Clone() ?? new();
        copy.AdditionalProperties = With(copy.AdditionalProperties, payer);
        return copy;
    }

    /// <summary>A copy of options with a user who pays for the embeddings that are made with it. The other scopes of the options' payer stay.</summary>
    /// <inheritdoc cref="WithBudgetUser(ChatOptions, string)"/>
    public static EmbeddingGenerationOptions WithBudgetUser(this EmbeddingGenerationOptions? options, string userId)
    {
        ArgumentNullException.ThrowIfNull(userId);
        return options.WithBudgetScope(new BudgetScopeContext { UserId = userId });
    }

    /// <summary>
    /// A copy of options with the payer of the embeddings that are made with it. Scopes that the payer leaves open are taken from the payer that the options have,
    /// if any.
    /// </summary>
    /// <inheritdoc cref="WithBudgetScope(ChatOptions, BudgetScopeContext)"/>
    public static EmbeddingGenerationOptions WithBudgetScope(this EmbeddingGenerationOptions? options, BudgetScopeContext payer)
    {
        ArgumentNullException.ThrowIfNull(payer);
        var copy = options?.Clone() ?? new();
        copy.AdditionalProperties = With(copy.AdditionalProperties, payer);
        return copy;
    }

    private static AdditionalPropertiesDictionary With(AdditionalPropertiesDictionary? properties, BudgetScopeContext payer)
    {
        payer = payer.Within(Payer.NamedBy(properties));
        // The dictionary of a clone may be that of its original.
        return new(properties ?? []) { [Key] = payer };
    }
}
