namespace BudgetFirewall.Conformance;

/// <summary>What a careful caller does whose call was not confirmed: the same again.</summary>
public static class Repeat
{
    public static async ValueTask<ChargeReceipt> UntilConfirmedAsync(Func<ValueTask<ChargeReceipt>> call)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await call();
            }
            catch (ChargeUnconfirmedException e)
            {
                e.MayHaveHappened.Should().BeTrue();
                (tries < 50).Should().BeTrue("Not confirmed in 50 tries.");
            }
        }
    }

    public static async ValueTask<BudgetReservation> UntilAnsweredAsync(Func<ValueTask<BudgetReservation>> call)
    {
        for (var tries = 1; ; tries++)
        {
            var reservation = await call();
            if (reservation.Decision.Outcome != DecisionOutcome.StoreUnavailable || tries == 50)
                return reservation;
        }
    }
}
