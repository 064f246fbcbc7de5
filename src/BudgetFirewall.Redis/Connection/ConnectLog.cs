using System.Text;

namespace BudgetFirewall;

/// <summary>
/// The text that the client writes while it connects. A refused login stands here for certain; the errors of calls that find no connection name the last thing that went wrong,
/// which need not be that.
/// </summary>
internal sealed class ConnectLog : TextWriter
{
    private readonly StringBuilder _text = new();

    public override Encoding Encoding => Encoding.Unicode;

    /// <summary>The line that reports a refused login; null when there is none.</summary>
    public string? RefusedLogin()
    {
        string text;
        lock (_text)
            text = _text.ToString();
        return Array.Find(text.Split('\n'), RedisFault.IsLogin)?.Trim();
    }

    public override void Write(char value)
    {
        lock (_text)
            _text.Append(value);
    }

    // In one piece: several connections write at the same time.
    public override void Write(string? value)
    {
        lock (_text)
            _text.Append(value);
    }
}
