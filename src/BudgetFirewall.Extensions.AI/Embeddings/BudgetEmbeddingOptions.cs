using Microsoft.Extensions.AI;

namespace BudgetFirewall;

/// <summary>
/// Options of a guarded embedding generator: the reservation before a call and the charge after it. Copied and checked when the generator is made.
/// </summary>
public sealed class BudgetEmbeddingOptions
{
    /// <summary>
    /// The provider that is paid: the id of the <c>provider</c> scope, 1 to 256 characters. Default: the provider's name in the generator's metadata; where that has
    /// none, it must be given.
    /// </summary>
    public string? Provider { get; set; }

    /// <summary>The operation that is called; budgets may filter by it. Default <c>embeddings</c>.</summary>
    public string Operation { get; set; } = "embeddings";

    /// <summary>
    /// Estimates the tokens of the inputs: of texts, of contents, and of the text form of anything else. Default: <see cref="ByteTokenEstimator"/>.
    /// </summary>
    public ITokenEstimator TokenEstimator { get; set; } = new ByteTokenEstimator();

    /// <summary>
    /// Completes the request that is reserved for a call. It is given the options and the request as made from the inputs and from who pays (<see cref="BudgetPayerExtensions"/>, or the ambient <see cref="BudgetScopeContext"/>),
    /// and returns it, changed or not. Null, the default: not changed. It must not set an operation id.
    /// </summary>
    public Func<EmbeddingGenerationOptions?, BudgetRequest, BudgetRequest>? Describe { get; set; }

    /// <summary>Decides for a call that ended in an exception: true charges it with its estimated input, false releases its hold. Default: <see cref="CallFailure.MayHaveBeenMade"/>.</summary>
    public Func<Exception, bool> IsFailureCharged { get; set; } = CallFailure.MayHaveBeenMade;

    /// <summary>The options by which calls are held and settled.</summary>
    public CallGuardOptions Calls { get; set; } = new();
}
