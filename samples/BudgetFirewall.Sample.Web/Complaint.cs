namespace BudgetFirewall.Sample.Web;

/// <summary>Says what is wrong with the settings, without a stack trace.</summary>
internal static class Complaint
{
    public static string Of(Exception e)
    {
        var lines = new List<string> { "The sample cannot start:" };
        for (Exception? cause = e; cause is not null; cause = cause.InnerException)
            lines.Add("  " + DisplayText.Escape(cause.Message));
        return string.Join(Environment.NewLine, lines);
    }
}
