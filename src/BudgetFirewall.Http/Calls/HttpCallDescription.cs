namespace BudgetFirewall;

/// <summary>Describes a call before it is sent, for <see cref="BudgetHandlerOptions.DescribeAsync"/>.</summary>
public sealed class HttpCallDescription
{
    private readonly int _maxBodyBytes;
    private Task<ReadOnlyMemory<byte>?>? _body;

    /// <summary>Makes a description, for tests of delegates.</summary>
    /// <param name="message">The message that will be sent.</param>
    /// <param name="request">The request as made so far.</param>
    /// <param name="maxBodyBytes">The longest body that is read, 0 to 1,073,741,824 bytes.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxBodyBytes"/> is outside its range.</exception>
    public HttpCallDescription(HttpRequestMessage message, BudgetRequest request, int maxBodyBytes = 16_777_216)
    {
        ArgumentNullException.ThrowIfNull(message);
        ArgumentNullException.ThrowIfNull(request);
        ByteLimit.Check(maxBodyBytes, nameof(maxBodyBytes));
        Message = message;
        Request = request;
        _maxBodyBytes = maxBodyBytes;
    }

    /// <summary>The message, for its method, address and headers. Its content is read by <see cref="ReadBodyAsync"/> only.</summary>
    public HttpRequestMessage Message { get; }

    /// <summary>The request as made from the options, the payer and, with a <see cref="BudgetHandlerOptions.UsageFormat"/>, the body.</summary>
    public BudgetRequest Request { get; internal set; }

    /// <summary>
    /// Reads the request's body. The content is buffered, once, and is sent from there, by every attempt to send it.
    /// </summary>
    /// <param name="cancellationToken">Stops the reading.</param>
    /// <returns>
    /// The bytes, empty without a content. Null where they are more than <see cref="BudgetHandlerOptions.MaxRequestBodyBytes"/>, or where their number is not known and the content is no <c>JsonContent</c>:
    /// such a content might not be one that can be sent after it was read. Buffer it yourself (<see cref="HttpContent.LoadIntoBufferAsync()"/>) to have it read.
    /// </returns>
    /// <exception cref="HttpRequestException">The content is longer than it says.</exception>
    /// <exception cref="OperationCanceledException">The reading was cancelled.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadBodyAsync(CancellationToken cancellationToken = default) =>
        await (_body ??= RequestBody.ReadAsync(Message.Content, _maxBodyBytes, cancellationToken).AsTask()).ConfigureAwait(false);
}
