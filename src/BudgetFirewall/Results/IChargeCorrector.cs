namespace BudgetFirewall.Storage;

/// <summary>A <see cref="DelegatingBudgetStore"/> with a record of all charges, so that they can be corrected. The outermost one of a firewall's store makes its corrections. Thread-safe.</summary>
public interface IChargeCorrector
{
    /// <summary>Gives back what was charged: notes the correction first, so that all corrections of a charge together are at most the charge, and then takes it out of the counters, once.</summary>
    /// <param name="order">The correction.</param>
    /// <param name="cancellationToken">Ends the waiting; a correction that is noted is made all the same.</param>
    /// <exception cref="ChargeNotFoundException">The charge is not in the record.</exception>
    /// <exception cref="CorrectionTooLargeException">Less is left of the charge.</exception>
    /// <exception cref="OperationConflictException">The correction's id was used before with other content.</exception>
    /// <exception cref="ChargeUnconfirmedException">The correction is noted, and the store did not confirm it.</exception>
    ValueTask<CorrectionReceipt> CorrectAsync(CorrectionOrder order, CancellationToken cancellationToken);
}
