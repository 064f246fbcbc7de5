using System.Globalization;

namespace BudgetFirewall;

/// <summary>Formats an error of an option as one line: its path, what it must be, and the value found.</summary>
internal static class OptionError
{
    private const int LongestValue = 100;

    /// <summary>Runs an action on a value, and adds an error when it throws the exception of a bad value.</summary>
    /// <returns>False when the value is bad.</returns>
    public static bool Try(List<string> errors, string path, object? found, Action action)
    {
        try
        {
            action();
            return true;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            errors.Add(Describe(path, found, e));
            return false;
        }
    }

    private static string Describe(string path, object? found, Exception exception)
    {
        var problem = Problem(exception);
        var sentence = problem.StartsWith("must ", StringComparison.Ordinal) ? $"{path} {problem}" : $"{path}: {problem}";
        // Messages with quotation marks already quote the value.
        return problem.Contains('\'', StringComparison.Ordinal) ? sentence : $"{sentence} but is {Quote(found)}";
    }

    public static string Quote(object? found)
    {
        if (found is null)
            return "null";
        var text = DisplayText.Escape(Convert.ToString(found, CultureInfo.InvariantCulture) ?? "");
        return text.Length <= LongestValue ? $"'{text}'" : $"'{text.AsSpan(0, LongestValue)}…'";
    }

    // "Limit must be 0 or more. (Parameter 'Limit') Actual value was -5." repeats the name in the path and the value found.
    private static string Problem(Exception exception)
    {
        if (exception is ArgumentNullException)
            return "must not be null";
        var problem = exception.Message;
        if (exception is ArgumentException { ParamName: { } member })
        {
            var end = problem.IndexOf($" (Parameter '{member}')", StringComparison.Ordinal);
            problem = end < 0 ? problem : problem[..end];
            problem = problem.StartsWith(member + " ", StringComparison.Ordinal) ? problem[(member.Length + 1)..] : problem;
        }
        return problem.TrimEnd('.');
    }
}
