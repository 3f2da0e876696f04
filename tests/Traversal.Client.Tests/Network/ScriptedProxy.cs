using Traversal.Client.Network;
using Traversal.Primitives;

namespace Traversal.Client.Tests.Network;

/// <summary>A proxy on a loopback port that does with its one connection what a test says; what the test asserts there fails the test at the end.</summary>
internal sealed class ScriptedProxy : IAsyncDisposable
{
    private readonly ITcpListener _listener = SystemNetwork.Instance.Listen(TransportAddress.Parse("127.0.0.1:0")).Value!;
    private readonly Task _serving;

    public ScriptedProxy(Func<Stream, Task> serve) => _serving = ServeAsync(serve);

    public ProxiedNetwork Network(ProxyKind kind, string? user = null, string? password = null) =>
        new(SystemNetwork.Instance, new ProxySettings(kind, _listener.LocalAddress) { User = user, Password = password });

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _serving.WaitAsync(TimeSpan.FromSeconds(20));
    }

    private async Task ServeAsync(Func<Stream, Task> serve)
    {
        NetworkResult<TcpConnection> accepted = await _listener.AcceptAsync();
        if (!accepted.IsOk) return;
        await using TcpConnection connection = accepted.Value;
        try
        {
            await serve(connection.Stream);
        }
        catch (IOException)
        {
            // The client has left.
        }
    }
}
