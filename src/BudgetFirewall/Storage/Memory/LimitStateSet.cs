namespace BudgetFirewall.Storage;

/// <summary>The states of one transaction. They are entered in ascending order, all of them before anything is read, and left together.</summary>
internal struct LimitStateSet
{
    private LimitBuffer<LimitState?> _states;
    // The places of the states in the order in which they are entered.
    private LimitBuffer<byte> _entered;
    private int _enteredCount;

    public LimitStateSet()
    {
        _states = new();
        _entered = new();
    }

    public LimitState? this[int index]
    {
        readonly get => _states[index];
        set => _states[index] = value;
    }

    /// <summary>Enters the first <paramref name="count"/> states; false, with none entered, when one of them was dropped since it was found.</summary>
    public bool TryEnter(int count, LimitStateTable states)
    {
        _enteredCount = 0;
        for (var i = 0; i < count; i++)
        {
            if (_states[i] is not null)
                Line(i);
        }
        var areAllThere = true;
        for (var i = 0; i < _enteredCount; i++)
        {
            var state = EnteredAt(i);
            state.Enter();
            areAllThere &= !state.IsDropped;
        }
        if (!areAllThere)
            Leave(states);
        return areAllThere;
    }

    public void Leave(LimitStateTable states)
    {
        for (var i = 0; i < _enteredCount; i++)
            states.Leave(EnteredAt(i));
        _enteredCount = 0;
    }

    // A state that a transaction names twice is entered once.
    private void Line(int index)
    {
        var state = _states[index]!;
        var at = _enteredCount;
        while (at > 0 && EnteredAt(at - 1).Order >= state.Order)
            at--;
        if (at < _enteredCount && EnteredAt(at) == state)
            return;
        for (var i = _enteredCount; i > at; i--)
            _entered[i] = _entered[i - 1];
        _entered[at] = (byte)index;
        _enteredCount++;
    }

    private readonly LimitState EnteredAt(int position) => _states[_entered[position]]!;
}
