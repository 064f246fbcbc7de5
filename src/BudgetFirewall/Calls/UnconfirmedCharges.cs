namespace BudgetFirewall;

/// <summary>The behaviour when a guarded call was made and the store does not confirm its charge.</summary>
public enum UnconfirmedCharges
{
    /// <summary>
    /// The caller gets its answer. The charge is repeated in the background, nine times within some four minutes, and can be recorded only once.
    /// If the store stays away for longer, it is logged as an error with the reservation's id and given to <see cref="CallGuardOptions.OnSettled"/>.
    /// </summary>
    RepeatInBackground,

    /// <summary>
    /// <see cref="ChargeUnconfirmedException"/> reaches the caller in place of its answer, and the caller has to repeat the charge.
    /// If no exception can reach the caller, because the call itself failed or its stream was abandoned, the charge is repeated in the background.
    /// </summary>
    Throw,
}
