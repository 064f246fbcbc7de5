using System.Diagnostics.CodeAnalysis;

namespace BudgetFirewall;

/// <summary>The options that guarded generators of images and speech have in common. Copied and checked when the guarded client is made.</summary>
[Experimental("MEAI001")]
public abstract class BudgetMediaOptions
{
    private protected BudgetMediaOptions(string operation) => Operation = operation;

    /// <summary>
    /// The provider that is paid: the id of the <c>provider</c> scope, 1 to 256 characters. Default: the provider's name in the client's metadata; where that has
    /// none, it must be set.
    /// </summary>
    public string? Provider { get; set; }

    /// <summary>The operation that is called; budgets may filter by it. Default <c>images</c>, <c>transcription</c> or <c>speech</c>.</summary>
    public string Operation { get; set; }

    /// <summary>
    /// Completes the request that is reserved for a call: who pays for it, another model name for the price, its expected usage. It is given the request as made from
    /// the call and from who pays, and returns it, changed or not. Null, the default: not changed. It must not set an operation id.
    /// </summary>
    public Func<BudgetRequest, BudgetRequest>? Describe { get; set; }

    /// <summary>Decides for a call that ended in an exception before anything came back: true charges what was expected, false releases its hold. Default: <see cref="CallFailure.MayHaveBeenMade"/>.</summary>
    public Func<Exception, bool> IsFailureCharged { get; set; } = CallFailure.MayHaveBeenMade;

    /// <summary>The options by which calls are held and settled.</summary>
    public CallGuardOptions Calls { get; set; } = new();
}
