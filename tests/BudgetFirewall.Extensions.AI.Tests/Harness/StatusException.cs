namespace BudgetFirewall.Extensions.AI.Tests;

/// <summary>An exception that tells its status as those of System.ClientModel do.</summary>
internal sealed class StatusException(int status) : Exception($"The SDK says {status}.")
{
    public int Status { get; } = status;
}
