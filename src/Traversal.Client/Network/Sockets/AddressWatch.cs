using System.Net.NetworkInformation;

namespace Traversal.Client.Network.Sockets;

/// <summary>Passes on what the framework says of changed addresses.</summary>
internal sealed class AddressWatch : IDisposable
{
    private readonly Action _changed;

    public AddressWatch(Action changed)
    {
        _changed = changed;
        NetworkChange.NetworkAddressChanged += OnChanged;
    }

    public void Dispose() => NetworkChange.NetworkAddressChanged -= OnChanged;

    private void OnChanged(object? sender, EventArgs e) => _changed();
}
