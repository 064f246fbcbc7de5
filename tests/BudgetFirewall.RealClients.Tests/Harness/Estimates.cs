using System.Text;

namespace BudgetFirewall.RealClients.Tests;

/// <summary>The default estimate, reckoned anew by what the documentation says: a token for every three bytes, rounded up, and four for each message.</summary>
internal static class Estimates
{
    public static long OfText(string text) => (Encoding.UTF8.GetByteCount(text) + 2) / 3;

    public static long OfMessage(string text) => OfText(text) + 4;
}
