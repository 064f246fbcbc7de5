using System.Text;

namespace BudgetFirewall.Fuzz;

/// <summary>Makes inputs out of a corpus, the same ones for the same seed.</summary>
internal sealed class Mutator(int seed, byte[][] corpus)
{
    private const int Longest = 8_192;

    private static readonly byte[][] Tokens = [.. new[]
    {
        "0", "-1", "1e400", "NaN", "0x10", "9000000000", "9000000000.000000001", "9223372036854775808", "79228162514264337593543950336", "0.0000000001",
        "null", "true", "{}", "[]", "\"", "\\u0000", "\\ud800", "{", "}", ":", ",", "=", "*", "\n", "\r\n", "\0", "\u00e9", "\ud83d\ude00", " ", "each:", "user=", "global", "$type",
    }.Select(Encoding.UTF8.GetBytes), [0xff], [0xc3, 0x28], [0xed, 0xa0, 0x80], [0, 0, 0, 0, 0, 0, 0, 0x80], [0xff, 0xff, 0xff, 0x7f]];

    private readonly Random _random = new(seed);

    public byte[] Next()
    {
        List<byte> input = [.. corpus[_random.Next(corpus.Length)]];
        for (var changes = 1 + _random.Next(4); changes > 0; changes--)
            Change(input);
        return [.. input.Take(Longest)];
    }

    private void Change(List<byte> input)
    {
        var at = _random.Next(input.Count + 1);
        var length = Math.Min(_random.Next(1, 17), input.Count - at);
        switch (_random.Next(8))
        {
            case 0 when at < input.Count:
                input[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when at < input.Count:
                input[at] = (byte)_random.Next(256);
                break;
            case 2:
                input.RemoveRange(at, length);
                break;
            case 3:
                input.InsertRange(at, input.GetRange(at, length));
                break;
            case 4:
                input.InsertRange(at, Enumerable.Repeat((byte)_random.Next(256), _random.Next(1, 400)));
                break;
            case 5:
                var other = corpus[_random.Next(corpus.Length)];
                input.RemoveRange(at, input.Count - at);
                input.AddRange(other.Skip(_random.Next(other.Length + 1)));
                break;
            case 6:
                input.RemoveRange(at, length);
                input.InsertRange(at, Tokens[_random.Next(Tokens.Length)]);
                break;
            default:
                input.InsertRange(at, Tokens[_random.Next(Tokens.Length)]);
                break;
        }
    }
}
