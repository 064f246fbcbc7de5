using System.Text.Json;

namespace BudgetFirewall;

/// <summary>
/// Reads one JSON text after the other while their bytes pass, in pieces of any size. It keeps what is needed for the next token, at most 16 KiB: long strings, such as images and sound,
/// are cut after 4 KiB. Bytes that are not JSON make it fail until it is restarted; it never throws.
/// </summary>
internal sealed class JsonStreamReader(IJsonTarget target)
{
    private const int MaxPendingBytes = 16_384;
    private const int MaxStringBytes = 4_096;
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 256 };

    private readonly JsonPath _path = new();
    private byte[] _pending = new byte[1_024];
    private int _count;
    private JsonReaderState _state = new(Options);
    private Place _place;
    private int _hexDigitsLeft;
    private int _stringBytes;
    private long _cut;
    private long _cutOfNextString;

    private enum Place { BetweenStrings, InString, AfterBackslash, InHexDigits }

    /// <summary>True once the root value has ended; what follows is not looked at.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>True once what passed was no JSON, or had a token that does not fit.</summary>
    public bool HasFailed { get; private set; }

    public void Reset()
    {
        _path.Reset();
        _count = 0;
        _state = new(Options);
        _place = Place.BetweenStrings;
        _cut = _cutOfNextString = 0;
        IsEnded = HasFailed = false;
    }

    public void Feed(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && !IsEnded && !HasFailed)
            bytes = bytes[Take(bytes)..];
        Drain();
    }

    // Takes some bytes, at least one, and says how many.
    private int Take(ReadOnlySpan<byte> bytes)
    {
        switch (_place)
        {
            case Place.BetweenStrings:
                return TakeBetweenStrings(bytes);
            case Place.InString:
                return TakeOfString(bytes);
            case Place.AfterBackslash:
                (_place, _hexDigitsLeft) = bytes[0] == 'u' ? (Place.InHexDigits, 4) : (Place.InString, 0);
                KeepEscape(bytes[0]);
                return 1;
            case Place.InHexDigits:
                _place = --_hexDigitsLeft == 0 ? Place.InString : Place.InHexDigits;
                KeepEscape(bytes[0]);
                return 1;
            default:
                throw new InvalidOperationException($"Not a place in a JSON text: {_place}.");
        }
    }

    private int TakeBetweenStrings(ReadOnlySpan<byte> bytes)
    {
        var quote = bytes.IndexOf((byte)'"');
        var count = quote < 0 ? bytes.Length : quote + 1;
        Keep(bytes[..count]);
        if (quote >= 0)
            (_place, _stringBytes, _cut) = (Place.InString, 0, 0);
        return count;
    }

    private int TakeOfString(ReadOnlySpan<byte> bytes)
    {
        var special = bytes.IndexOfAny((byte)'"', (byte)'\\');
        var plain = special < 0 ? bytes.Length : special;
        if (plain > 0)
        {
            KeepOfString(bytes[..plain]);
            return plain;
        }
        if (bytes[0] == '"')
        {
            EndString();
            return 1;
        }
        _place = Place.AfterBackslash;
        if (_stringBytes >= MaxStringBytes)
            BeginCut();
        KeepEscape(bytes[0]);
        return 1;
    }

    private void KeepOfString(ReadOnlySpan<byte> bytes)
    {
        var kept = _cut > 0 ? 0 : Math.Min(Math.Max(0, MaxStringBytes - _stringBytes), bytes.Length);
        Keep(bytes[..kept]);
        _stringBytes += kept;
        if (kept == bytes.Length)
            return;
        BeginCut();
        _cut += bytes.Length - kept;
    }

    // An escape is kept whole or cut whole: the cut, where there is one, begins at its first byte.
    private void KeepEscape(byte value)
    {
        if (_cut > 0 || _stringBytes >= MaxStringBytes && _place == Place.AfterBackslash)
        {
            // Three bytes at most for an escape of six, and one for an escape of two.
            _cut += _place == Place.AfterBackslash || _place == Place.InHexDigits && _hexDigitsLeft is 1 or 3 ? 1 : 0;
            return;
        }
        Keep([value]);
        _stringBytes++;
    }

    // All tokens before the string are read, so that the cut is known to be of the next one.
    private void BeginCut()
    {
        if (_cut == 0)
            Drain();
    }

    private void EndString()
    {
        _place = Place.BetweenStrings;
        Keep("\""u8);
        if (_cut > 0)
            _cutOfNextString = _cut;
    }

    private void Keep(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty && !HasFailed && !IsEnded)
        {
            if (_count == MaxPendingBytes)
                Drain();
            if (_count == MaxPendingBytes)
                HasFailed = true;
            else if (_count == _pending.Length)
                Array.Resize(ref _pending, Math.Min(MaxPendingBytes, 2 * _pending.Length));
            var kept = Math.Min(bytes.Length, _pending.Length - _count);
            bytes[..kept].CopyTo(_pending.AsSpan(_count));
            _count += kept;
            bytes = bytes[kept..];
        }
    }

    private void Drain()
    {
        if (HasFailed || IsEnded || _count == 0)
            return;
        try
        {
            var reader = new Utf8JsonReader(_pending.AsSpan(0, _count), isFinalBlock: false, _state);
            while (!IsEnded && reader.Read())
                Report(ref reader);
            _state = reader.CurrentState;
            var consumed = (int)reader.BytesConsumed;
            _pending.AsSpan(consumed, _count - consumed).CopyTo(_pending);
            _count -= consumed;
        }
        catch (JsonException)
        {
            HasFailed = true;
        }
    }

    private void Report(ref Utf8JsonReader reader)
    {
        _path.Enter(ref reader);
        var cut = 0L;
        if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
            (cut, _cutOfNextString) = (_cutOfNextString, 0);
        if (reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
            target.OnToken(_path.Current, ref reader, cut);
        _path.Leave(ref reader);
        IsEnded = _path.Depth == 0;
    }
}
