namespace Traversal.Client.Tests.Simulated;

/// <summary>Keeps back what a side has to say until it is to make its offer, or has got one.</summary>
internal sealed class HeldSignaling(ISignaling inner) : ISignaling
{
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _released.TrySetResult();

    public async ValueTask SendAsync(IceSignal signal, CancellationToken cancellationToken)
    {
        await _released.Task.WaitAsync(cancellationToken);
        await inner.SendAsync(signal, cancellationToken);
    }

    public async ValueTask<IceSignal?> ReceiveAsync(CancellationToken cancellationToken)
    {
        IceSignal? signal = await inner.ReceiveAsync(cancellationToken);
        Release();
        return signal;
    }
}
