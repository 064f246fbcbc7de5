namespace BudgetFirewall;

/// <summary>A price file cannot be read: it is too large, no JSON, or no JSON object. No price of it was taken.</summary>
public sealed class ModelPriceFileException : BudgetFirewallException
{
    /// <summary>An exception for a position in a price file.</summary>
    /// <param name="message">A description of what is wrong.</param>
    /// <param name="line">The line, from 1.</param>
    /// <param name="byteInLine">The byte in that line, from 1.</param>
    /// <param name="innerException">The cause; null for none.</param>
    public ModelPriceFileException(string message, long line, long byteInLine, Exception? innerException = null)
        : base($"{message} (line {line}, byte {byteInLine})", innerException) => (Line, ByteInLine) = (line, byteInLine);

    /// <summary>The line of the error, from 1.</summary>
    public long Line { get; }

    /// <summary>The byte in that line, from 1.</summary>
    public long ByteInLine { get; }
}
