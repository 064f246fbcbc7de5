namespace BudgetFirewall.Conformance;

/// <summary>A reservation as one caller has it; after a replay two callers have the same one.</summary>
internal sealed class ModelHandle(BudgetReservation handle, ModelReservation reservation)
{
    public BudgetReservation Handle => handle;

    public ModelReservation Reservation => reservation;

    public bool IsCommitTried { get; set; }

    public bool IsReleased { get; set; }
}
