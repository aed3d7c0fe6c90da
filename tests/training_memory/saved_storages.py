"""What autograd keeps of a forward pass, asked of autograd itself."""

from contextlib import contextmanager


@contextmanager
def saved_storages(torch, model):
    """Distinct storages that are saved meanwhile, parameters and buffers left out: address to (bytes, tensor).

    The tensors are held, so that no address is given away twice.
    """
    own = {each.untyped_storage().data_ptr() for each in (*model.parameters(), *model.buffers())}
    saved = {}

    def keep(tensor):
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in own:
            saved[storage.data_ptr()] = (storage.nbytes(), tensor)
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        yield saved
