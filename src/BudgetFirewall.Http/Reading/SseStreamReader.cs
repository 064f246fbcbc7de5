namespace BudgetFirewall;

/// <summary>
/// Splits server-sent events while their bytes pass, in pieces of any size: lines end in CR, LF or both, comments and unknown fields are left out, several lines of data are joined by LF.
/// Nothing of the data is kept, so that a line may be of any length.
/// </summary>
internal sealed class SseStreamReader(ISseTarget target)
{
    private const int MaxFieldBytes = 8;
    private const int MaxNameBytes = 64;

    private readonly byte[] _field = new byte[MaxFieldBytes];
    private readonly byte[] _name = new byte[MaxNameBytes];
    private int _fieldLength;
    private int _nameLength;
    private Place _place;
    private bool _isAfterReturn;
    private bool _hasData;

    private enum Place { InField, AfterColon, InData, InName, InOther }

    public void Feed(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            // The second half of a line's end.
            if (_isAfterReturn && bytes[0] == '\n')
                bytes = bytes[1..];
            _isAfterReturn = false;
            var end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
            TakeOfLine(end < 0 ? bytes : bytes[..end]);
            if (end < 0)
                return;
            _isAfterReturn = bytes[end] == '\r';
            EndLine();
            bytes = bytes[(end + 1)..];
        }
    }

    /// <summary>Ends an event that the end of the stream has cut short of its empty line.</summary>
    public void End()
    {
        EndLine();
        EndEvent();
    }

    private void TakeOfLine(ReadOnlySpan<byte> bytes)
    {
        if (_place == Place.InField)
            bytes = TakeField(bytes);
        if (bytes.IsEmpty)
            return;
        if (_place == Place.AfterColon)
        {
            BeginValue();
            bytes = bytes[0] == ' ' ? bytes[1..] : bytes;
        }
        if (_place == Place.InData && !bytes.IsEmpty)
            target.OnData(bytes);
        else if (_place == Place.InName)
            KeepOf(bytes, _name, ref _nameLength);
    }

    // The field's name ends at the first colon; what follows it is returned.
    private ReadOnlySpan<byte> TakeField(ReadOnlySpan<byte> bytes)
    {
        var colon = bytes.IndexOf((byte)':');
        var name = colon < 0 ? bytes : bytes[..colon];
        // One byte beyond the longest name of a field is enough to tell that it is none of them.
        KeepOf(name, _field, ref _fieldLength);
        if (colon < 0)
            return default;
        _place = Place.AfterColon;
        return bytes[(colon + 1)..];
    }

    private void BeginValue()
    {
        var field = _field.AsSpan(0, _fieldLength);
        _place = field.SequenceEqual("data"u8) ? Place.InData : field.SequenceEqual("event"u8) ? Place.InName : Place.InOther;
        if (_place == Place.InName)
            _nameLength = 0;
        if (_place != Place.InData)
            return;
        if (_hasData)
            target.OnData("\n"u8);
        _hasData = true;
    }

    private void EndLine()
    {
        if (_place == Place.InField && _fieldLength == 0)
        {
            EndEvent();
            return;
        }
        // A field without a value.
        if (_place is Place.InField or Place.AfterColon)
            BeginValue();
        _place = Place.InField;
        _fieldLength = 0;
    }

    private void EndEvent()
    {
        if (_hasData)
            target.OnEvent(_name.AsSpan(0, _nameLength));
        _hasData = false;
        _nameLength = 0;
    }

    private static void KeepOf(ReadOnlySpan<byte> bytes, byte[] kept, ref int length)
    {
        var count = Math.Min(bytes.Length, kept.Length - length);
        bytes[..count].CopyTo(kept.AsSpan(length));
        length += count;
    }
}
